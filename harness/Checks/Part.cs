using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks;

/// <summary>A part of a case that may fail without the others.</summary>
internal static class Part
{
    /// <summary>Runs it: what did not come in time is its failure.</summary>
    public static async Task<(string Name, Outcome Outcome)> RunAsync(string name, Func<Task<Outcome>> run)
    {
        try
        {
            return (name, await run());
        }
        catch (NotSeenException missing)
        {
            return (name, Outcome.Failed(missing.Message));
        }
        catch (IOException broken)
        {
            return (name, Outcome.Failed($"broken off: {broken.GetBaseException().Message}"));
        }
    }
}
