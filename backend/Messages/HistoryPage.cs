namespace ChatBackend.Messages;

/// <summary>Some messages of a room.</summary>
/// <param name="Messages">In ascending order.</param>
/// <param name="More">Whether there are more in the direction that was asked for: newer ones with <c>after</c>, else older ones.</param>
/// <param name="Epoch">Identifies the database: ids of different epochs have nothing to do with each other.</param>
/// <param name="At">When this was read, by the clock that all other times of the service are of.</param>
internal sealed record HistoryPage(IReadOnlyList<ChatMessage> Messages, bool More, string Epoch, DateTimeOffset At);
