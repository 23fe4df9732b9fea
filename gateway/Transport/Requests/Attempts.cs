namespace SseGateway.Transport.Requests;

/// <summary>How often a request has been sent, by one thread after the other.</summary>
internal sealed class Attempts
{
    public const string Over = "The connection was closed without an answer; the request is not sent again";

    // The first, and once more after a connection that had been idle.
    private const int Most = 2;

    private int _sent;
    private bool _firstWasDialled;

    /// <summary>True once it was not to be sent again.</summary>
    public bool AreOver { get; private set; }

    /// <summary>A connection is to be opened for it.</summary>
    public bool MayDial()
    {
        if (_sent == 0)
        {
            _firstWasDialled = true;
        }

        AreOver |= _firstWasDialled && _sent > 0;
        return !AreOver;
    }

    /// <summary>It is to be written to a connection.</summary>
    public bool MaySend()
    {
        AreOver |= ++_sent > Most;
        return !AreOver;
    }
}
