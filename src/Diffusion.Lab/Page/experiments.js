// Three guided experiments: where each begins, what is asked, and when it is done.

const trailing = (count, T = 1000) => Array.from({ length: count }, (_, k) => Math.round(T * (k + 1) / count)).join(",");

export const experiments = [
  {
    name: "Five calls",
    task: "Beat quadratic5",
    what: "Five calls of the denoiser make three clouds out of pure noise. A spends them as the quadratic stride does, crowded near the clean sample. "
      + "Drag B’s five marks until B is nearer to the truth than A.",
    address: `stride=custom:${trailing(5)}&a.stride=quadratic5`,
    done: ({ difference, calls }) => difference.better === "B" && calls <= 5,
    next: "Then ask for the best stride under this very schedule, and see whether your win survives new noise.",
  },
  {
    name: "Bend the schedule",
    task: "Same marks, better levels",
    what: "A stride only says which timesteps are visited; the schedule says how noisy each of them is. Leave the marks where they are and bend B’s curve: "
      + "the five visits then fall on other noise levels. Get nearer than A by 0.05 or more.",
    address: `stride=trailing5&a.stride=trailing5&view=logSnr`,
    done: ({ difference, b, a }) => difference.better === "B" && difference.value <= -0.05 && b.stride === a.stride,
    next: "Look at ᾱ and σ too. A schedule and a stride are two handles on one thing: the list of noise levels that are visited.",
  },
  {
    name: "Noise",
    task: "η against K",
    what: "With η = 1 every step adds fresh noise, with η = 0 none. At ten calls that costs: A, without noise, is nearer. Give B one call more at a time. "
      + "How many calls does the noise cost?",
    address: `stride=trailing10&eta=1&a.stride=trailing10`,
    done: ({ difference, b }) => difference.better !== "A" && Number(b.eta ?? 0) > 0,
    next: "Pin B now and set η to 0: at as many calls noise still costs, and only at some fifty calls can the two not be told apart. "
      + "It pays where a network errs and later steps can mend it; this denoiser is exact.",
  },
];
