using System.ClientModel;
using System.Text.Json;

namespace Dialects.Tests.Running;

/// <summary>An SDK for .NET, in this process.</summary>
public abstract class DotNetRun : SdkRun
{
    // Nobody waits for so long who is told of the end.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>What an application does, for each speaker.</summary>
    internal abstract IReadOnlyDictionary<string, Func<Conversation, Task>> Speakers { get; }

    internal override async Task<IReadOnlyList<Seen>> RunAsync(Stage stage) => await Task.WhenAll(
        from speaker in Speakers from place in stage.Addresses select SpeakAsync(speaker.Key, speaker.Value, place.Key, place.Value, stage.Token));

    private static async Task<Seen> SpeakAsync(string speaker, Func<Conversation, Task> speak, string @case, string address, string token)
    {
        var seen = new Seen { Speaker = speaker, Case = @case };
        try
        {
            await speak(new Conversation($"{address}/{speaker}", token, seen, MayRetry: @case != Cases.Limited)).WaitAsync(Limit);
        }
        catch (Exception exception)
        {
            seen.Error = new Fault(exception.GetType().Name, Status(exception), Messages(exception));
        }

        return seen;
    }

    private static JsonElement? Status(Exception exception) => exception switch
    {
        ClientResultException result => JsonSerializer.SerializeToElement(result.Status),
        HttpRequestException { StatusCode: { } status } => JsonSerializer.SerializeToElement((int)status),
        _ => null,
    };

    private static string Messages(Exception exception) =>
        exception.InnerException is { } inner ? $"{exception.Message} | {inner.GetType().Name} {Messages(inner)}" : exception.Message;
}
