namespace LoadTests.Running.Crowds;

/// <summary>One of a scenario's clients.</summary>
internal abstract class LoadClient
{
    /// <summary>How many events it does not have of those up to the newest; 0 for a client that does not follow the numbered events.</summary>
    public virtual long Missing(long newest) => 0;

    /// <summary>True when it is where the scenario wants it now.</summary>
    public virtual bool Settled => true;

    /// <summary>Its life, until it is over by itself or told to leave.</summary>
    public abstract Task RunAsync(CancellationToken leave);

    /// <summary>Told to all clients by the scenario; a word of the scenario's own.</summary>
    public virtual void Signal(string word)
    {
    }
}
