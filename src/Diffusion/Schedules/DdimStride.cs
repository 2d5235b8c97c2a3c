namespace Diffusion;

/// <summary>1, 1+c, 1+2c, … with a whole c that gives exactly K timesteps.</summary>
internal sealed record DdimStride(int Count) : Stride
{
    private protected override string Text => $"ddim{Count}";

    private protected override int[] Select(int T)
    {
        for (int spacing = 1; spacing <= T; spacing++)
        {
            if ((T - 1) / spacing + 1 == Count)
            {
                return [.. Enumerable.Range(0, Count).Select(k => 1 + k * spacing)];
            }
        }

        throw new InvalidInputException("stride", $"\"{Text}\" with T = {T}", "a K that some whole spacing of 1..T gives exactly");
    }
}
