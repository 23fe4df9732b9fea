using SseGateway.Fleet.Mirrors;
using SseGateway.Sharing;
using SseGateway.Sharing.Unshared;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Fleet.Members;

/// <summary>How a stream of the fleet's stands, by what the entries say that are no frames, and what its clients here are told of it.</summary>
/// <param name="shared">The stream.</param>
/// <param name="unshared">Those that turn out to be one client's own.</param>
/// <param name="isLeading">True while this gateway has the upstream: then its own part in it tells the clients.</param>
/// <param name="changed">Called when it has ended.</param>
internal sealed class StreamStanding(SharedStream shared, UnsharedKeys unshared, Func<bool> isLeading, Action changed) : IMirrorEvents
{
    private volatile bool _isOpen;

    /// <summary>True when the upstream has answered with a stream, and not ended it.</summary>
    public bool IsOpen
    {
        get => _isOpen;
        set => _isOpen = value;
    }

    /// <summary>When the upstream may be dialled again at the earliest.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>Ends in a row that came soon.</summary>
    public int Ends { get; private set; }

    public bool IsLeading => isLeading();

    public void Opened(UpstreamHead head)
    {
        IsOpen = true;
        if (!IsLeading)
        {
            shared.EndRest();
            shared.Feed.Expect(shared.Answered(head, connection: null));
        }
    }

    public void Lost()
    {
        IsOpen = true;
        if (!IsLeading)
        {
            shared.OpenWithoutUpstream();
        }
    }

    public void Ended(TimeSpan due, int ends)
    {
        IsOpen = false;
        (Due, Ends) = (shared.Now + due, ends);
        _ = shared.End(Due);
        changed();
    }

    public void GaveUp()
    {
        if (!IsLeading)
        {
            shared.GiveUp();
        }
    }

    public void Unshared(string sign)
    {
        if (!IsLeading)
        {
            unshared.Add(shared.Key, sign);
            shared.GiveUp(DialOutcome.NoStream);
        }
    }
}
