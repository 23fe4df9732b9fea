namespace SseGateway.Streams.Deadlines;

/// <summary>A stream's place in the <see cref="SweepAgenda"/>.</summary>
internal readonly struct SweepSlot(SweepPage page, int index)
{
    public SweepPage Page => page;

    public int Index => index;

    /// <summary>
    /// Has the stream looked at in the next sweep. For any thread, and for every write: it is a read where that is so already. Whoever changed
    /// the stream before, and had a full fence in between, is seen.
    /// </summary>
    public void Wake()
    {
        // Without a page it is in no agenda yet; and when the stream has left it, another one is looked at in vain.
        if (page is not null && Volatile.Read(ref page.Due[index]) != 0)
        {
            Volatile.Write(ref page.Due[index], 0);
        }
    }
}
