namespace Docs.Tests.Manifests;

internal sealed class ComposeConfig
{
    public string Content { get; set; } = "";
}
