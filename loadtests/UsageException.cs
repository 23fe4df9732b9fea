namespace LoadTests;

/// <summary>Arguments that are right each by itself and do not go together; its message is the one line that the user gets.</summary>
internal sealed class UsageException(string message) : Exception(message);
