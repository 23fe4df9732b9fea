using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Life;

/// <summary>What stands in a stream whose origin sends events alone: every block without a field, and every comment, is the target's.</summary>
internal static class HeartbeatForm
{
    /// <summary>
    /// For who asks for an event stream by name, and so has a parser: some of them take a blank line for an event whenever there was anything
    /// before it, a comment or an id of the event before included.
    /// </summary>
    public static Outcome JudgeForParser(byte[] body)
    {
        var blocks = Blocks(body);
        return blocks.FirstOrDefault(block => !block.Any(IsData)) is { } empty
            ? Outcome.Failed($"a block without data, after which such a reader has an event: {Show(empty)}")
            : Outcome.Ok($"{Comments(body)} comment lines, no blank line after one");
    }

    /// <summary>
    /// For who does not, which is mostly a reader that splits at blank lines and looks how a piece begins: a comment has to be a piece of its own,
    /// until there was an id, after which it is as for the others.
    /// </summary>
    public static Outcome JudgeForSplitter(byte[] body)
    {
        var seenId = false;
        foreach (var block in Blocks(body))
        {
            if (!seenId && block.Any(IsData) && block[0].StartsWith(':'))
            {
                return Outcome.Failed($"an event that begins with a comment, before any id: {Show(block)}");
            }

            if (seenId && !block.Any(IsData))
            {
                return Outcome.Failed($"a block without data after an id: {Show(block)}");
            }

            if (!block.Any(line => IsData(line) || line.StartsWith(':')))
            {
                return Outcome.Failed($"a block without data or comment: {Show(block)}");
            }

            seenId |= block.Any(line => line.StartsWith("id", StringComparison.Ordinal));
        }

        return Outcome.Ok($"{Comments(body)} comment lines, blank lines after them until there was an id");
    }

    private static bool IsData(string line) => line.StartsWith("data", StringComparison.Ordinal);

    private static string Show(string[] block) => $"\"{string.Join("\\n", block)}\"";

    private static int Comments(byte[] body) => Lines(body).Count(line => line.StartsWith(':'));

    // Up to each blank line; lines after the last one are no block yet.
    private static List<string[]> Blocks(byte[] body)
    {
        var (blocks, block) = (new List<string[]>(), new List<string>());
        foreach (var line in Lines(body).SkipLast(1))
        {
            if (line.Length > 0)
            {
                block.Add(line);
                continue;
            }

            blocks.Add(block.Count == 0 ? [""] : [.. block]);
            block.Clear();
        }

        return blocks;
    }

    private static string[] Lines(byte[] body) => Bytes.Text(body).Split(["\r\n", "\n", "\r"], StringSplitOptions.None);
}
