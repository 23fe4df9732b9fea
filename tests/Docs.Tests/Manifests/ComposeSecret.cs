namespace Docs.Tests.Manifests;

internal sealed class ComposeSecret
{
    public string File { get; set; } = "";
}
