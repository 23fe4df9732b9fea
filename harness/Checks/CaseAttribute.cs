namespace SseGateway.Harness.Checks;

/// <summary>
/// The method runs this case: <c>Task&lt;Outcome&gt; NameAsync(CheckContext)</c>, in a class with a constructor without parameters. What does
/// not come in time (<see cref="Wire.NotSeenException"/>) is a failure; any other exception is the harness's own.
/// </summary>
/// <param name="id">The catalogue's.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class CaseAttribute(string id) : Attribute
{
    public string Id { get; } = id;

    /// <summary>What exactly is expected; null is the catalogue's text.</summary>
    public string? Expected { get; init; }

    /// <summary>
    /// Not beside others: it measures time, takes many connections, changes the target's state, or leaves bytes on an upstream connection that
    /// nobody asked for. Such a connection goes to whoever asks next, so that another case would be failed for it.
    /// </summary>
    public bool Serial { get; init; }

    /// <summary>Can be asked of a server that has no origin behind it: waits for nothing there when <see cref="CheckContext.IsDirect"/>.</summary>
    public bool Direct { get; init; }

    /// <summary>Asked of what writes frames, not of who serves them.</summary>
    public bool Publisher { get; init; }

    /// <summary>How long all of it may take, in seconds.</summary>
    public int Seconds { get; init; } = 10;
}
