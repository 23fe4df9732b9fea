using SseGateway.Sharing.Log;

namespace SseGateway.Sharing.Life;

/// <summary>A client that has been taken in by a shared stream.</summary>
/// <param name="Shared">The stream, which it has to leave.</param>
/// <param name="Run">The run that it came into.</param>
/// <param name="Asked">Where the log ended when it asked: all after that is live for it, whenever its response begins. The first client's is settled before the
/// upstream is dialled.</param>
/// <param name="Cursor">The last event id it has, as bytes; empty for none.</param>
/// <param name="Era">Tells whether that place is one of the log as it is now, see <see cref="SharedStream.BeginEra"/>.</param>
internal readonly record struct Entry(SharedStream Shared, Run Run, LogPlace Asked, byte[] Cursor, int Era = 0);
