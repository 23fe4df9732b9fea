namespace SseGateway.Protocol;

/// <summary>
/// What a stream's silences say of the next one: a server with a heartbeat lets no silence grow longer than its interval, and reaches it again and again.
/// One that speaks when there is news has silences of all lengths, and no rhythm.
/// </summary>
internal struct Rhythm
{
    private const int Beats = 3;

    // As much as two silences of a beat may differ: timers and networks are late.
    private const double Slack = 0.8;

    // Shorter ones are the pauses within one answer.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(10);

    private TimeSpan _longest;
    private int _reached;

    /// <summary>How long a silence may be now; null while there is no rhythm. Three beats.</summary>
    public readonly TimeSpan? Patience
    {
        get
        {
            if (_reached < Beats)
                return null;
            var beats = Beats * _longest;
            return beats > LeastPatience ? beats : LeastPatience;
        }
    }

    /// <summary>Takes note of a silence that has ended.</summary>
    public void Note(TimeSpan silence)
    {
        if (silence < Shortest || silence < _longest * Slack)
            return;
        _reached = silence * Slack > _longest ? 1 : _reached + 1;
        if (silence > _longest)
            _longest = silence;
    }
}
