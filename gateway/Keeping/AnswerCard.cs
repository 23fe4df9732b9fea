namespace SseGateway.Keeping;

/// <summary>What a gateway knows of another one's answer before it has anything of it.</summary>
/// <param name="Id">By which it is read again.</param>
/// <param name="RouteId">The route that it was asked for on.</param>
/// <param name="Subject">Who may read it; null where whoever knows its id may.</param>
internal sealed record AnswerCard(string Id, string RouteId, string? Subject)
{
    /// <summary>True for the one who has asked for it.</summary>
    public bool Admits(string? subject) => Subject is null || Subject == subject;
}
