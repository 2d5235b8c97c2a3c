namespace Diffusion.Notebooks;

/// <summary>TeX's commands that are a symbol, or MathML around one or two arguments.</summary>
/// <param name="Text">The symbol.</param>
/// <param name="Xml">A format: {0} is the symbol, {1} and {2} are the arguments.</param>
/// <param name="Limits">Whether scripts go below and above.</param>
internal sealed record MathSymbol(string Text, string Xml, bool Limits)
{
    private const string Over = "<mover accent=\"true\">{1}<mo stretchy=\"true\">{0}</mo></mover>";
    private const string Under = "<munder accentunder=\"true\">{1}<mo stretchy=\"true\">{0}</mo></munder>";

    // name=text, or the name alone where it is the text.
    private static readonly (string Xml, bool Limits, string Entries)[] Tables =
    [
        ("<mi>{0}</mi>", false, "alpha=α beta=β gamma=γ delta=δ epsilon=ϵ varepsilon=ε zeta=ζ eta=η theta=θ vartheta=ϑ iota=ι kappa=κ " +
            "lambda=λ mu=μ nu=ν xi=ξ pi=π rho=ρ varrho=ϱ sigma=σ varsigma=ς tau=τ upsilon=υ phi=ϕ varphi=φ chi=χ psi=ψ omega=ω ell=ℓ"),
        ("<mi mathvariant=\"normal\">{0}</mi>", false, "Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Upsilon=Υ Phi=Φ Psi=Ψ Omega=Ω " +
            "infty=∞ partial=∂ nabla=∇ emptyset=∅ varnothing=∅ top=⊤ bot=⊥ dots=… ldots=… cdots=⋯ vdots=⋮ ddots=⋱ # $ % & _"),
        ("<mo>{0}</mo>", false, "cdot=⋅ times=× div=÷ pm=± mp=∓ circ=∘ star=⋆ ast=∗ odot=⊙ oplus=⊕ otimes=⊗ wedge=∧ vee=∨ neg=¬ cap=∩ " +
            "cup=∪ setminus=∖ sim=∼ simeq=≃ approx=≈ cong=≅ equiv=≡ propto=∝ le=≤ leq=≤ ge=≥ geq=≥ ne=≠ neq=≠ lt=< gt=> ll=≪ gg=≫ in=∈ " +
            "notin=∉ subset=⊂ subseteq=⊆ to=→ rightarrow=→ leftarrow=← gets=← uparrow=↑ downarrow=↓ leftrightarrow=↔ longrightarrow=⟶ " +
            "Rightarrow=⇒ Leftarrow=⇐ Leftrightarrow=⇔ implies=⟹ iff=⟺ mapsto=↦ forall=∀ exists=∃ mid=∣ parallel=∥ perp=⟂ colon=: " +
            "coloneqq=≔ prime=′ int=∫ iint=∬ oint=∮"),
        ("<mo stretchy=\"false\">{0}</mo>", false, "{ } lbrace={ rbrace=} langle=⟨ rangle=⟩ lfloor=⌊ rfloor=⌋ lceil=⌈ rceil=⌉"),
        // As a sign between two others a bar would stand apart from them.
        ("<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">{0}</mo>", false, "|=‖ Vert=‖ lVert=‖ rVert=‖ vert=| lvert=| rvert=|"),
        ("<mo movablelimits=\"true\">{0}</mo>", true, "sum=∑ prod=∏ bigcup=⋃ bigcap=⋂"),
        ("<mo movablelimits=\"true\" form=\"prefix\">{0}</mo>", true, "max min sup inf lim det Pr argmax=arg\u00a0max argmin=arg\u00a0min"),
        // One element, which a power or an index can stand on.
        ("<mo lspace=\"0.12em\" rspace=\"0.12em\">{0}</mo>", false, "log ln exp sin cos tan arcsin arccos arctan sinh cosh tanh dim arg"),
        ("<mspace width=\"{0}\"/>", false, ",=0.17em :=0.22em ;=0.28em !=-0.17em quad=1em qquad=2em"),
        ("<mover accent=\"true\">{1}<mo stretchy=\"false\">{0}</mo></mover>", false, "hat=^ bar=¯ tilde=~ vec=→ dot=˙ ddot=¨"),
        (Over, false, "widehat=^ overline=‾ widetilde=~"),
        (Over, true, "overbrace=⏞"),
        (Under, false, "underline=_"),
        (Under, true, "underbrace=⏟"),
        ("<munder>{2}{1}</munder>", false, "underset"),
        ("<mfrac>{1}{2}</mfrac>", false, "frac"),
        ("<mfrac displaystyle=\"true\">{1}{2}</mfrac>", false, "dfrac"),
        ("<mfrac displaystyle=\"false\">{1}{2}</mfrac>", false, "tfrac"),
        ("<mrow><mo>(</mo><mfrac linethickness=\"0\">{1}{2}</mfrac><mo>)</mo></mrow>", false, "binom"),
    ];

    private static readonly Dictionary<string, MathSymbol> Symbols = new(
        from table in Tables
        from entry in table.Entries.Split(' ')
        let parts = entry.Split('=')
        select KeyValuePair.Create(parts[0], new MathSymbol(parts[^1], table.Xml, table.Limits)));

    public static MathSymbol? Find(string name) => Symbols.GetValueOrDefault(name);
}
