namespace ChatBackend.Configuration;

/// <summary>The service cannot start. Carries every error that was found, one line each, naming its setting.</summary>
public sealed class ChatStartupException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
