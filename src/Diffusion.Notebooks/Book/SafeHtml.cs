using AngleSharp;
using AngleSharp.Dom;
using Ganss.Xss;

namespace Diffusion.Notebooks;

/// <summary>HTML that Markdown gave, with the HTML that stood in it: without what runs, asks for input or covers the page.</summary>
/// <remarks>
/// No element is let through whose content a browser reads as text (script, style, title, textarea): so it reads what was
/// written here and nothing else, in MathML too.
/// </remarks>
internal static class SafeHtml
{
    private const string Tags =
        "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font " +
        "h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small span strike strong sub summary sup " +
        "table tbody td tfoot th thead tr tt u ul var wbr " +
        "math mfrac mi mn mo mover mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext mtr munder munderover";

    private const string Attributes =
        "align alt bgcolor border checked class color colspan dir disabled height href id lang open reversed rowspan size src start " +
        "style " +
        "title type valign value width " +
        "accent accentunder alttext display displaystyle fence form linethickness lspace mathvariant maxsize minsize movablelimits " +
        "rspace " +
        "stretchy symmetric xmlns";

    // The book's own: another one may lie over the page.
    private const string Classes =
        "source language k s n c t f d table contains-task-list task-list-item footnotes footnote-ref footnote-back-ref " +
        "math tex aligned cases matrix";

    private const string Styles = "background-color color font-style font-weight max-width text-align text-decoration vertical-align width";

    // What they hold is no text for readers.
    private const string Dropped = "script style svg title textarea iframe object";

    private static readonly HtmlSanitizer Sanitizer = Create();

    /// <summary>
    /// Reads HTML and leaves out what is not safe; links and pictures still lead where they did, and it is for the caller to check that.
    /// </summary>
    public static IElement Read(string html)
    {
        var body = Sanitizer.SanitizeDom(html).Body!;
        foreach (var odd in body.QuerySelectorAll("[href]:not(a), [src]:not(img), input:not([type=checkbox])").ToList())
        {
            odd.Replace([.. odd.ChildNodes]);
        }

        return body;
    }

    /// <summary>Writes what an element holds.</summary>
    public static string Write(IElement element) =>
        element.ChildNodes.ToHtml(Sanitizer.OutputFormatter).Replace("&nbsp;", "\u00a0", StringComparison.Ordinal);

    private static HtmlSanitizer Create()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = Set(Tags),
            AllowedAttributes = Set(Attributes),
            AllowedCssProperties = Set(Styles),
            AllowedSchemes = Set("http https mailto data attachment"),
            UriAttributes = Set("href src"),
        })
        {
            KeepChildNodes = true,
        };
        sanitizer.AllowedClasses.UnionWith(Set(Classes));
        var dropped = Set(Dropped);
        sanitizer.RemovingTag += (_, e) =>
        {
            if (dropped.Contains(e.Tag.LocalName))
            {
                e.Tag.TextContent = "";
            }
        };
        return sanitizer;

        static HashSet<string> Set(string names) => new(names.Split(' '), StringComparer.OrdinalIgnoreCase);
    }
}
