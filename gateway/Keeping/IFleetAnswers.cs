using SseGateway.Configuration.Settings;

namespace SseGateway.Keeping;

/// <summary>The kept answers of a fleet: each has one gateway that reads its upstream, and all of them find it and give it to readers.</summary>
internal interface IFleetAnswers
{
    /// <summary>Has the others find an answer of this gateway's, and from now on what comes of it.</summary>
    /// <returns>Completes when they can, or the store has not answered soon; it will be told then.</returns>
    Task TellAsync(KeptAnswer answer);

    /// <summary>It is kept no longer.</summary>
    void Forget(KeptAnswer answer);

    /// <summary>Looks for another gateway's answer.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>What is known of it, null when there is none; and false when nobody can say now.</returns>
    ValueTask<(AnswerCard? Card, bool IsKnown)> FindAsync(string id);

    /// <summary>The id of a chat's newest answer, of any gateway's; null when none is known.</summary>
    ValueTask<string?> FindAsync(ChatName chat);

    /// <summary>Has another gateway's answer be read here.</summary>
    /// <param name="card">What is known of it.</param>
    /// <param name="route">Its route, here.</param>
    /// <param name="endpoint">The route's.</param>
    /// <returns>The reader's use of it; null when it is gone, or the store does not answer.</returns>
    Task<AnswerUse?> OpenAsync(AnswerCard card, RouteFeature route, Endpoint endpoint);

    /// <summary>Has the gateway that has it leave its upstream.</summary>
    /// <returns>False when it could not be told.</returns>
    Task<bool> StopAsync(string id);
}
