namespace ChatBackend.Messages;

/// <summary>How the storing of a message ended.</summary>
internal enum PostOutcome
{
    /// <summary>Committed now.</summary>
    Stored,

    /// <summary>The same author's message with the same key and text was committed before; that one is the result.</summary>
    AlreadyStored,

    /// <summary>The author has used the key for another text in this room.</summary>
    KeyReused,

    /// <summary>The queue of the writer is full.</summary>
    QueueFull,

    /// <summary>The database refused the commit; nothing is stored.</summary>
    StorageFailed,

    /// <summary>The service is stopping and takes no more.</summary>
    Stopping,
}
