namespace SseGateway.Sharing.Log.Storage;

/// <summary>What is to be known of a frame when it is written once more.</summary>
[Flags]
internal enum LogMarks : byte
{
    None = 0,

    /// <summary>See <see cref="LogFrame.IsNotice"/>.</summary>
    Notice = 1,

    /// <summary>See <see cref="LogFrame.IsForReturning"/>.</summary>
    ForReturning = 2,

    /// <summary>See <see cref="LogFrame.IsSnapshot"/>.</summary>
    Snapshot = 4,

    /// <summary>It has a number and no bytes.</summary>
    Unseen = 8,
}
