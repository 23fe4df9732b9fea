using Dialects.Tests.Service;
using Xunit;

namespace Dialects.Tests.Running;

/// <summary>All cases of one SDK, run once for the tests that look at them.</summary>
public abstract class SdkRun : IAsyncLifetime
{
    private readonly Dictionary<(string Speaker, string Case), (Seen Seen, int Posts)> _all = [];

    /// <summary>The service's side, by speaker.</summary>
    internal abstract IReadOnlyDictionary<string, Script> Scripts { get; }

    /// <summary>What was seen, and how many POSTs the service got for it.</summary>
    internal (Seen Seen, int Posts) Of(string speaker, string @case) => _all[(speaker, @case)];

    public async ValueTask InitializeAsync()
    {
        await using var stage = await Stage.SetAsync(Scripts);
        foreach (var seen in await RunAsync(stage))
        {
            _all[(seen.Speaker, seen.Case)] = (seen, stage.Posts(seen.Case, seen.Speaker));
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>Lets the SDK ask for everything.</summary>
    internal abstract Task<IReadOnlyList<Seen>> RunAsync(Stage stage);
}
