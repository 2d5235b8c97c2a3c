namespace Diffusion.Tests;

/// <summary>Bad input gets one line that names the field, what it got and what it takes.</summary>
internal static class Refused
{
    public static void With(string field, string got, string takes, Action act)
    {
        var refusal = Assert.Throws<InvalidInputException>(act);
        Assert.Equal(field, refusal.Field);
        Assert.StartsWith($"{field}: got ", refusal.Message, StringComparison.Ordinal);
        Assert.Single(refusal.Message.Split(['\n', '\r', '\u0085', '\u2028', '\u2029']));
        string[] halves = refusal.Message.Split("; takes ");
        Assert.Equal(2, halves.Length);
        Assert.Contains(got, halves[0], StringComparison.Ordinal);
        Assert.Contains(takes, halves[1], StringComparison.Ordinal);
    }

    /// <summary>The same for something lazy, which refuses when it is first asked.</summary>
    public static void With<T>(string field, string got, string takes, Func<IEnumerable<T>> walk) =>
        With(field, got, takes, () => { foreach (T _ in walk()) { } });
}
