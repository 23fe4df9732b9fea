namespace LoadTests.Processes;

/// <summary>How programs that were started by another of this project's end with it, however that ends.</summary>
internal static class Ownership
{
    /// <summary>Cancels when standard input ends.</summary>
    public static async Task EndsWithInputAsync(CancellationTokenSource stop)
    {
        // Console.In would hold the thread.
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync() is not null)
        {
        }

        await stop.CancelAsync();
    }
}
