using SseGateway.Harness.Client;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Programs;

/// <summary>A stream that an SDK reads: by its request no browser's EventSource (<see cref="Pages.Page.Fields"/>).</summary>
internal static class ProgramRequest
{
    /// <summary>As such programs ask: by the type's name, as fetch and httpx-sse, or as openai's and others' do.</summary>
    public static IReadOnlyList<string> Accepts { get; } = ["Accept: text/event-stream", "Accept: application/json"];

    /// <summary>What a program must be able to see of a stream that the target has ended: all that the origin sent, nothing else, and that it is not
    /// whole.</summary>
    /// <param name="response">Read to its end.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="isOrigins">Whether an event is one of the origin's.</param>
    /// <param name="text">Of the outcome.</param>
    public static Outcome Judge(ClientResponse response, Ending ending, Func<Reading.SseEvent, bool> isOrigins, string text)
    {
        var foreign = response.Events.FirstOrDefault(read => !isOrigins(read));
        var outcome = foreign is not null
            ? Outcome.Failed($"an event that nobody asked for: {foreign.Type} {foreign.Data}; {text}")
            : ending switch
            {
                Ending.Unclean or Ending.Reset => Outcome.Ok(text),
                Ending.Clean => Outcome.Failed($"a clean end, as if the answer was whole: {text}"),
                _ => Outcome.Failed($"still open: {text}"),
            };
        return outcome with { Ending = ending, EndingRight = ending is Ending.Unclean or Ending.Reset };
    }

    /// <summary>A body as model APIs take it.</summary>
    public static byte[] Prompt { get; } = Bytes.Utf8("""{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}""");
}
