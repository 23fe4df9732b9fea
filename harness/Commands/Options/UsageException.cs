namespace SseGateway.Harness.Commands.Options;

/// <summary>What was asked for cannot be run: printed as one line, exit code 2.</summary>
/// <param name="message">One line; names the option, filter or file at fault.</param>
internal sealed class UsageException(string message) : Exception(message);
