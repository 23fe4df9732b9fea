namespace Harness.Tests.Clients;

/// <summary>What a client does wrong, on purpose.</summary>
public enum Fault
{
    None,
    SplitsOnLfOnly,
    TrimsValues,
    MovesTheIdWithItsLine,
    KeepsTheType,
    DecodesEachChunk,
    RetriesAfter204,
    ReconnectsAtOnce,
    DispatchesAtTheEnd,

    // Found by cases outside the core set.
    KeepsToTheFirstLineEnd,
    RefusesCharsets,
    ResumesByTheQuery,
    EndsAtACleanEnd,
    TakesCutsForCleanEnds,
    TellsTheFirstOrigin,
}
