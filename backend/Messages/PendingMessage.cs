namespace ChatBackend.Messages;

/// <summary>A message on its way to the writer.</summary>
internal sealed class PendingMessage(string room, string author, string text, DateTimeOffset at, string? key)
{
    // The writer must never run a request's continuation on its own thread.
    private readonly TaskCompletionSource<PostResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Room { get; } = room;

    public string Author { get; } = author;

    public string Text { get; } = text;

    public DateTimeOffset At { get; } = at;

    public string? Key { get; } = key;

    public Task<PostResult> Done => _done.Task;

    public void Complete(PostResult result) => _done.TrySetResult(result);
}
