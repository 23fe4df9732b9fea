using SseGateway.Fleet.Records;

namespace SseGateway.Fleet.Leases;

/// <summary>What came of asking for a stream's lease.</summary>
/// <param name="IsMine">True when it was given.</param>
/// <param name="Left">How long the other one has it, if that does not renew it.</param>
/// <param name="Top">The newest entry of the log, when it was given; nothing without one.</param>
/// <param name="Before">Who had it last; empty when nobody is known.</param>
internal readonly record struct Acquisition(bool IsMine, TimeSpan Left, EntryId Top, string Before);
