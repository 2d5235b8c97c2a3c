namespace Diffusion.Lab;

/// <summary>The last few things that were computed, by what they depend on. What falls out is left to the collector.</summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class Recent<TValue>(int capacity)
    where TValue : class
{
    private readonly Lock gate = new();
    private readonly LinkedList<(string Key, TValue Value)> kept = new();

    /// <summary>
    /// What is kept under the key, or what is made now. Two that ask at once may both make it: one that is cancelled must not take
    /// the other along.
    /// </summary>
    public TValue Get(string key, Func<TValue> make)
    {
        if (Find(key) is { } known)
        {
            return known;
        }

        TValue made = make();
        lock (gate)
        {
            kept.AddFirst((key, made));
            while (kept.Count > capacity)
            {
                kept.RemoveLast();
            }
        }

        return made;
    }

    private TValue? Find(string key)
    {
        lock (gate)
        {
            for (LinkedListNode<(string Key, TValue Value)>? node = kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == key)
                {
                    kept.Remove(node);
                    kept.AddFirst(node);
                    return node.Value.Value;
                }
            }

            return null;
        }
    }
}
