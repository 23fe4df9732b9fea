namespace ChatBackend.Streams;

/// <summary>The data of the <c>welcome</c> event that each stream starts with.</summary>
/// <param name="Room">The room's name.</param>
/// <param name="Subject">Who the service takes the client for; null in a stream that many share.</param>
/// <param name="RetryMs">The <c>retry</c> of this stream in milliseconds: EventSource does not show it to the page.</param>
/// <param name="After">The cursor the stream starts from: every later message follows.</param>
/// <param name="Head">The newest message of the room when the stream was opened.</param>
/// <param name="Resume"><c>exact</c> after the client's cursor; <c>live</c> without one; <c>unknown</c> when the cursor was not one of this database, then
/// live.</param>
/// <param name="Epoch">Identifies the database; another one than before means that known ids are worthless.</param>
internal sealed record Welcome(string Room, string? Subject, int RetryMs, long After, long Head, string Resume, string Epoch);
