namespace SseGateway.Streams.Limits;

/// <summary>What a request takes before the service is asked.</summary>
internal enum Place
{
    /// <summary>Nothing: should the answer be a stream after all, it takes a place then.</summary>
    None,

    /// <summary>A stream's, which the answer gives back when it is none.</summary>
    Stream,

    /// <summary>
    /// That of a call: an answer that is over as soon as it is whole, whatever its form. Calls are counted apart, so that a client whose one
    /// stream stands can go on calling.
    /// </summary>
    Call,
}
