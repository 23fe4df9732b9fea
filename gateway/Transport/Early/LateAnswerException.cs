using SseGateway.Streams.Dialects.Errors;

namespace SseGateway.Transport.Early;

/// <summary>There is no answer of an upstream, or one that cannot be passed on, after a stream has been begun for it.</summary>
internal sealed class LateAnswerException(StreamError error, Exception? inner = null) : Exception(error.Message, inner)
{
    /// <summary>What the client is told.</summary>
    public StreamError Error => error;
}
