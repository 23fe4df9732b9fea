using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Log;

/// <summary>A frame that was read from the log by its number.</summary>
/// <param name="Bytes">As clients get it.</param>
/// <param name="IdStart">Where in it the id stands.</param>
/// <param name="IdLength">No length for none.</param>
/// <param name="IsEvent">See <see cref="LogFrame.IsEvent"/>.</param>
/// <param name="IsOwn">True for one that the upstream has not sent.</param>
/// <param name="Marks">What else there is to be known of it.</param>
internal readonly record struct LogCopy(byte[] Bytes, int IdStart, int IdLength, bool IsEvent, bool IsOwn, LogMarks Marks);
