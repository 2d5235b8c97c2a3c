using System.Net;

namespace Diffusion.Notebooks;

/// <summary>TeX's named symbols.</summary>
internal static class MathSymbols
{
    private const string Letters =
        "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ " +
        "omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω ell ℓ hbar ℏ imath ı jmath ȷ";

    private const string Upright =
        "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω infty ∞ partial ∂ nabla ∇ emptyset ∅ varnothing ∅ " +
        "Re ℜ Im ℑ top ⊤ bot ⊥ aleph ℵ dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ degree ° # # $ $ % % & & _ _";

    private const string Operators =
        "cdot ⋅ times × div ÷ pm ± mp ∓ circ ∘ star ⋆ ast ∗ bullet • odot ⊙ oplus ⊕ otimes ⊗ ominus ⊖ wedge ∧ land ∧ vee ∨ lor ∨ neg ¬ lnot ¬ " +
        "cap ∩ cup ∪ setminus ∖ sim ∼ simeq ≃ approx ≈ cong ≅ equiv ≡ propto ∝ le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ ne ≠ neq ≠ ll ≪ gg ≫ " +
        "prec ≺ succ ≻ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ to → rightarrow → leftarrow ← gets ← uparrow ↑ downarrow ↓ " +
        "leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ longrightarrow ⟶ longleftarrow ⟵ Longrightarrow ⟹ implies ⟹ iff ⟺ mapsto ↦ " +
        "longmapsto ⟼ hookrightarrow ↪ rightleftharpoons ⇌ forall ∀ exists ∃ mid ∣ parallel ∥ perp ⟂ coloneqq ≔ triangleq ≜ doteq ≐ colon : " +
        "therefore ∴ because ∵ prime ′ dagger † asymp ≍ lt < gt > backslash \\";

    private const string Delimiters =
        "{ { } } lbrace { rbrace } lbrack [ rbrack ] langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ | ‖ Vert ‖ vert | lVert ‖ rVert ‖ lvert | rvert | " +
        "uparrow ↑ downarrow ↓ backslash \\";

    private const string Large = "sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂";

    private const string Integrals = "int ∫ iint ∬ iiint ∭ oint ∮";

    private const string Spaces = ", 0.17em : 0.22em > 0.22em ; 0.28em ! -0.17em quad 1em qquad 2em thinspace 0.17em enspace 0.5em";

    private const string Functions = "log ln exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh deg dim ker hom arg lg Tr tr";

    private const string LimitFunctions = "max min sup inf lim limsup liminf argmax argmin det gcd Pr";

    private static readonly Dictionary<string, (string Xml, bool Limits)> s_symbols = Build();

    private static readonly Dictionary<string, string> s_delimiters = Pairs(Delimiters).ToDictionary(pair => pair.Name, pair => pair.Text);

    public static (string Xml, bool Limits)? Find(string name) => s_symbols.TryGetValue(name, out var symbol) ? symbol : null;

    public static string? Delimiter(string name) => s_delimiters.GetValueOrDefault(name);

    public static (string Mark, bool Stretchy, bool Below, bool Limits)? Accent(string name) => name switch
    {
        "hat" => ("^", false, false, false),
        "widehat" => ("^", true, false, false),
        "bar" => ("¯", false, false, false),
        "overline" => ("‾", true, false, false),
        "underline" => ("_", true, true, false),
        "tilde" => ("~", false, false, false),
        "widetilde" => ("~", true, false, false),
        "vec" => ("→", false, false, false),
        "overrightarrow" => ("→", true, false, false),
        "dot" => ("˙", false, false, false),
        "ddot" => ("¨", false, false, false),
        "check" => ("ˇ", false, false, false),
        "breve" => ("˘", false, false, false),
        "overbrace" => ("⏞", true, false, true),
        "underbrace" => ("⏟", true, true, true),
        _ => null,
    };

    private static Dictionary<string, (string, bool)> Build()
    {
        var symbols = new Dictionary<string, (string, bool)>(StringComparer.Ordinal);
        Add(Letters, text => ($"<mi>{text}</mi>", false));
        Add(Upright, text => ($"<mi mathvariant=\"normal\">{text}</mi>", false));
        Add(Operators, text => ($"<mo>{text}</mo>", false));
        Add(Delimiters, text => ($"<mo stretchy=\"false\">{text}</mo>", false));
        Add(Large, text => ($"<mo movablelimits=\"true\">{text}</mo>", true));
        Add(Integrals, text => ($"<mo>{text}</mo>", false));
        Add(Spaces, text => ($"<mspace width=\"{text}\"/>", false));
        foreach (var name in Functions.Split(' '))
        {
            // One element, which a power or an index can stand on.
            symbols[name] = ($"<mo lspace=\"0.12em\" rspace=\"0.12em\">{name}</mo>", false);
        }

        foreach (var name in LimitFunctions.Split(' '))
        {
            var text = name switch { "argmax" => "arg max", "argmin" => "arg min", "limsup" => "lim sup", "liminf" => "lim inf", _ => name };
            symbols[name] = ($"<mo movablelimits=\"true\" form=\"prefix\">{text}</mo>", true);
        }

        symbols[" "] = ("<mspace width=\"0.33em\"/>", false);
        return symbols;

        void Add(string table, Func<string, (string, bool)> make)
        {
            foreach (var (name, text) in Pairs(table))
            {
                symbols[name] = make(WebUtility.HtmlEncode(text));
            }
        }
    }

    private static IEnumerable<(string Name, string Text)> Pairs(string table) =>
        table.Split(' ').Chunk(2).Select(pair => (pair[0], pair[1]));
}
