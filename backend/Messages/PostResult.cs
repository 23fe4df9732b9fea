namespace ChatBackend.Messages;

/// <summary>What became of a message.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">The stored message when the outcome is <see cref="PostOutcome.Stored"/> or <see cref="PostOutcome.AlreadyStored"/>.</param>
internal readonly record struct PostResult(PostOutcome Outcome, ChatMessage? Message = null);
