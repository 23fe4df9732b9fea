namespace SseGateway.Harness.Scripts.Expectations;

/// <summary>What ends a run (catalogue, section 0.5).</summary>
internal enum RunEnd
{
    /// <summary>The sentinel has been reported.</summary>
    Sentinel,

    /// <summary>The client has noticed the end of the last body: an error, a new request, or its own end.</summary>
    Noticed,

    /// <summary>A request after the scripted ones has come, and its 204 has been noticed.</summary>
    Request,

    /// <summary>No request has come for a time.</summary>
    Quiet,
}
