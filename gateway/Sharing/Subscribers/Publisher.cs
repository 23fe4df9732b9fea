namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// Says to a roster that there is something new. With a window: the first after a rest at once, and what is published in the window after that together, at
/// its end.
/// </summary>
/// <param name="roster">Who is told.</param>
/// <param name="ticker">Ends windows.</param>
/// <param name="window">Zero is none.</param>
internal sealed class Publisher(Roster roster, PublicationTicker ticker, TimeSpan window)
{
    private const int Resting = 0;
    private const int InWindow = 1;
    private const int HasMore = 2;

    private int _state;

    /// <summary>There is something new, which may have to wait for the end of the window. For any thread; it does not wait.</summary>
    public void Publish()
    {
        if (window == TimeSpan.Zero)
        {
            roster.Publish();
            return;
        }

        while (true)
        {
            switch (Interlocked.CompareExchange(ref _state, HasMore, InWindow))
            {
                case InWindow or HasMore:
                    return;
                case Resting when Interlocked.CompareExchange(ref _state, InWindow, Resting) == Resting:
                    Begin();
                    return;
            }
        }
    }

    /// <summary>The window is over.</summary>
    public void WindowPassed()
    {
        if (Interlocked.CompareExchange(ref _state, Resting, InWindow) != InWindow)
        {
            Volatile.Write(ref _state, InWindow);
            Begin();
        }
    }

    // The window counts from here: whoever is told takes time.
    private void Begin()
    {
        ticker.Add(this, window);
        roster.Publish();
    }
}
