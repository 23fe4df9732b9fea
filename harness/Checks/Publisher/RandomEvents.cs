using System.Collections;

namespace SseGateway.Harness.Checks.Publisher;

/// <summary>Events without end, all of them allowed, with every text that a formatter may trip over.</summary>
internal sealed class RandomEvents(int seed) : IEnumerable<PublishedEvent>
{
    private static readonly string[] Pieces =
    [
        "a", "hello", " ", "  x", "\t", ":", ": x", "data: x", "event: x", "id: 1", "retry: 5", "\n", "\r", "\r\n", "\n\n", "\uFEFF", "\u2028", "\u2029",
        "\u0085", "\u000B", "\u000C",
        "\U0001F600", "\u00E9", "\u4E2D", "\u200B", "{\"a\":\"b\"}", "0", "\u0001",
    ];

    // What stands first in each run: the cases that the catalogue names.
    private static readonly string[] Named = ["\uFEFFx", " x", "", "\n", "x\n", "\n\n", "a\u2028b", "\U0001F600", "\r", "\r\n", "x\r", ": x", "data: x", "x "];

    public IEnumerator<PublishedEvent> GetEnumerator()
    {
        var random = new Random(seed);
        foreach (var data in Named)
        {
            yield return new PublishedEvent(null, null, data);
        }

        while (true)
        {
            yield return new PublishedEvent(
                random.Next(3) == 0 ? Name(random) : null, random.Next(2) == 0 ? (random.Next(10) == 0 ? "" : Name(random)) : null,
                Text(random, random.Next(12)));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Text(Random random, int pieces) => string.Concat(Enumerable.Range(0, pieces).Select(_ => Pieces[random.Next(Pieces.Length)]));

    // Without line ends; a single space would be a type of its own, which some formatters leave out, and nobody uses.
    private static string Name(Random random) =>
        "n" + Text(random, random.Next(4)).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
}
