namespace LoadTests.Clients.Http2;

/// <summary>A connection that is being made, and those who wait for it.</summary>
internal sealed class ComingConnection
{
    /// <summary>Ends when it is there, or fails.</summary>
    public Task Connected { get; set; } = Task.CompletedTask;

    /// <summary>How many more may wait for it.</summary>
    public required int Left { get; set; }
}
