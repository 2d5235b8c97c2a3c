using System.Runtime.CompilerServices;

namespace Diffusion.Lab;

/// <summary>Values that were computed lately; those asked for longest ago go first. Who asks for one in the making waits for it.</summary>
internal sealed class RecentCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly LinkedList<(TKey Key, StrongBox<TValue?> Box)> recent = [];

    /// <summary>The value of a key. A making that fails or is cancelled leaves nothing, and the next who asks makes it.</summary>
    public TValue Get(TKey key, Func<TValue> make)
    {
        StrongBox<TValue?> box = Find(key);
        lock (box)
        {
            return box.Value is { } known && !known.Equals(default(TValue)) ? known : box.Value = make();
        }
    }

    private StrongBox<TValue?> Find(TKey key)
    {
        lock (recent)
        {
            var node = recent.First;
            while (node is not null && !node.Value.Key.Equals(key))
            {
                node = node.Next;
            }

            if (node is null)
            {
                node = new((key, new()));
                if (recent.Count == capacity)
                {
                    recent.RemoveLast();
                }
            }
            else
            {
                recent.Remove(node);
            }

            recent.AddFirst(node);
            return node.Value.Box;
        }
    }
}
