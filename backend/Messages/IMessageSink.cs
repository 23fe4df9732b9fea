namespace ChatBackend.Messages;

/// <summary>Where committed messages go, in the order of their ids.</summary>
internal interface IMessageSink
{
    /// <summary>Takes one committed message. Must return at once: the writer waits for it.</summary>
    void Publish(ChatMessage message);
}
