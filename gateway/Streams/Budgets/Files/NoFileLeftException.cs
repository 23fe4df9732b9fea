namespace SseGateway.Streams.Budgets.Files;

/// <summary>An upstream is not connected to, because the process has as many open files as it may.</summary>
internal sealed class NoFileLeftException() : IOException("The gateway has as many open files as it may.");
