namespace SseGateway.Sharing.Log;

/// <summary>Where the log ended at some moment.</summary>
/// <param name="Number">The number of the frame that came next.</param>
/// <param name="Cursor">The same place in memory: it outlives the entries of frames that are too old or too many, as every cursor does.</param>
internal readonly record struct LogPlace(long Number, LogCursor Cursor);
