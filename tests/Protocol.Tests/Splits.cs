namespace Protocol.Tests;

/// <summary>Ways to cut a stream into the pieces it arrives in.</summary>
internal static class Splits
{
    public static IEnumerable<int> Every(int size, int length) => Enumerable.Range(1, Math.Max(0, (length - 1) / size)).Select(i => i * size);

    public static IEnumerable<int> AfterEvery(byte value, byte[] bytes) => Enumerable.Range(1, bytes.Length).Where(i => bytes[i - 1] == value);

    public static IReadOnlyList<int> Random(Random random, int length)
    {
        var cuts = new List<int>();
        // Short streams in pieces of a few bytes, long ones (tens of kilobytes) not in thousands of them.
        var largest = random.Next(1, Math.Max(18, length / 50));
        for (var at = random.Next(largest + 1); at < length; at += random.Next(0, largest + 1))
            cuts.Add(at);
        return cuts;
    }
}
