namespace ChatBackend.Rooms;

/// <summary>The pages by which a person is in a room, and when each of them said so last. Not thread-safe.</summary>
internal sealed class PageLeases
{
    /// <summary>Names of pages are the client's own: without a bound they would be memory for the asking.</summary>
    public const int Most = 16;

    private readonly List<(string Page, long Said)> _pages = [];

    public int Count => _pages.Count;

    /// <summary>One too many takes the place of the one that has been silent longest.</summary>
    public void Say(string page, long now)
    {
        if (!Remove(page) && _pages.Count == Most)
            _pages.RemoveAt(0);
        _pages.Add((page, now));
    }

    public bool Remove(string page) => _pages.RemoveAll(known => known.Page == page) > 0;

    /// <summary>Removes those that have said nothing for as long as <paramref name="lease"/>. True when there were any.</summary>
    public bool RemoveSilent(TimeProvider time, TimeSpan lease)
    {
        // In the order of their last word.
        var silent = 0;
        while (silent < _pages.Count && time.GetElapsedTime(_pages[silent].Said) >= lease)
            silent++;
        _pages.RemoveRange(0, silent);
        return silent > 0;
    }
}
