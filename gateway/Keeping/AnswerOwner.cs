using SseGateway.Streams.Limits;

namespace SseGateway.Keeping;

/// <summary>Whose an answer is, and against whose count it is kept.</summary>
/// <param name="RouteId">The route that it was asked for on.</param>
/// <param name="Subject">Who may read it; null where nobody says who they are, and whoever knows its id may.</param>
/// <param name="Address">Where it was asked for from: counts where there is no subject.</param>
internal readonly record struct AnswerOwner(string RouteId, string? Subject, AddressKey Address)
{
    /// <summary>True for the one who has asked for it.</summary>
    public bool Admits(string? subject) => Subject is null || Subject == subject;

    /// <summary>The same for all answers that count together. No property: the text of a record has all of those, and this one's would have no end.</summary>
    public AnswerOwner Counted() => Subject is null ? this : this with { Address = default };
}
