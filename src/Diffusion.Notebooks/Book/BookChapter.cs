using System.Net;

namespace Diffusion.Notebooks;

/// <summary>One notebook of a book.</summary>
/// <param name="Notebook">The executed notebook.</param>
/// <param name="Failure">Where it stopped, or <see langword="null"/> when every cell ran.</param>
public sealed record BookChapter(Notebook Notebook, CellFailure? Failure)
{
    /// <summary>The name of the chapter's page, beside the others.</summary>
    public string PageName => Path.GetFileNameWithoutExtension(Notebook.Path) + ".html";

    /// <summary>The link from another page to this one, ready for an attribute.</summary>
    internal string Url => WebUtility.HtmlEncode(Uri.EscapeDataString(PageName));
}
