namespace Docs.Tests.Pages;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page's name.</param>
/// <param name="Line">The first line's number in the page.</param>
/// <param name="Language">What stands behind the fence; empty for none.</param>
/// <param name="Text">Its lines.</param>
internal sealed record CodeBlock(string Page, int Line, string Language, string Text)
{
    /// <summary>Where it stands, as an editor takes it.</summary>
    public string Place => $"{Page}:{Line}";
}
