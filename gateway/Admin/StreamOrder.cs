namespace SseGateway.Admin;

/// <summary>Which streams of a list come first; with equals, the oldest.</summary>
internal enum StreamOrder
{
    /// <summary>As they were admitted: the only order in which pages by <c>after</c> miss nothing while streams come and go.</summary>
    Oldest,

    Newest,

    /// <summary>Whose client has not read for longest.</summary>
    Waiting,

    Bytes,

    Frames,
}
