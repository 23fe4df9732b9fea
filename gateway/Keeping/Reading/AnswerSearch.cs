using SseGateway.Configuration.Settings;

namespace SseGateway.Keeping.Reading;

/// <summary>Finds kept answers: those of this gateway, and where it is one of several those of the others.</summary>
internal sealed class AnswerSearch(KeptAnswers answers, IFleetAnswers? fleet = null)
{
    /// <summary>The answer with that id.</summary>
    public async ValueTask<AnswerTarget> FindAsync(string id)
    {
        if (answers.Find(id) is { } own)
        {
            return new AnswerTarget(own, null, null);
        }

        if (fleet is null)
        {
            return AnswerTarget.None;
        }

        var (card, isKnown) = await fleet.FindAsync(id);
        return new AnswerTarget(null, card, isKnown ? null : answers.Elsewhere(id));
    }

    /// <summary>The newest answer of a chat.</summary>
    public async ValueTask<AnswerTarget> FindAsync(ChatName chat)
    {
        var id = fleet is null ? null : await fleet.FindAsync(chat);
        return id is not null && await FindAsync(id) is { Node: null } found && found != AnswerTarget.None
            ? found : new AnswerTarget(answers.Find(chat), null, null);
    }

    /// <summary>Has it be read by somebody here.</summary>
    /// <param name="target">What was found.</param>
    /// <param name="route">The reader's route, which is the answer's.</param>
    /// <param name="endpoint">The route's.</param>
    /// <returns>Null when there is nothing to read.</returns>
    public async ValueTask<AnswerUse?> OpenAsync(AnswerTarget target, RouteFeature route, Endpoint endpoint) =>
        target.Answer?.Enter() ?? (target.Card is { } card && fleet is not null ? await fleet.OpenAsync(card, route, endpoint) : null);

    /// <summary>Leaves its upstream, whoever reads it.</summary>
    /// <returns>False when the gateway that does could not be told.</returns>
    public async ValueTask<bool> StopAsync(AnswerTarget target)
    {
        target.Answer?.Stop(Streams.Life.CloseReason.ClientClosed);
        return target.Card is not { } card || fleet is null || await fleet.StopAsync(card.Id);
    }
}
