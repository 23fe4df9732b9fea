namespace LoadTests.Measures;

/// <summary>Where a client counts what happens to it; for any thread.</summary>
internal interface IMeasured
{
    /// <summary>A stream has its head.</summary>
    /// <param name="after">Since the first packet of its connection.</param>
    /// <param name="away">Since the client's last stream ended; null for its first.</param>
    void StreamOpened(TimeSpan after, TimeSpan? away = null);

    /// <summary>An open stream is no more, for whatever reason.</summary>
    void StreamClosed();

    /// <summary>The server has ended a stream.</summary>
    void StreamEnded();

    /// <summary>A stream was cut in the middle of the response.</summary>
    void StreamCut();

    /// <summary>An answer that has an end came whole.</summary>
    void AnswerWhole();

    /// <summary>The first event of an answer.</summary>
    /// <param name="after">Since the request.</param>
    void FirstEvent(TimeSpan after);

    /// <summary>An event came.</summary>
    /// <param name="bytes">Of its data.</param>
    /// <param name="age">Since the stamp in it; null when that says nothing.</param>
    void Event(int bytes, TimeSpan? age = null);

    /// <summary>Events were left out.</summary>
    void Lost(long count);

    /// <summary>An event came again, or too late.</summary>
    void Repeated();

    /// <summary>A notice says that something is missing.</summary>
    void Gap();

    /// <summary>What the client has said came back to it.</summary>
    /// <param name="after">Since it was posted.</param>
    void RoundTrip(TimeSpan after);

    /// <summary>What the client said was not taken.</summary>
    void Unsaid(TimeSpan after);

    /// <summary>An attempt to open a stream again begins.</summary>
    void Reconnect();

    /// <summary>An attempt was answered with a refusal.</summary>
    /// <param name="status">Of the answer: 429, 503, or 200 for one in-band.</param>
    /// <param name="told">Whether it says when to come back.</param>
    /// <param name="after">Since the attempt began.</param>
    void Refused(int status, bool told, TimeSpan after);

    /// <summary>An attempt came to no stream, and to no refusal.</summary>
    /// <param name="after">Since it began.</param>
    void Failed(TimeSpan after);
}
