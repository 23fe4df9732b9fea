namespace Docs.Tests.Manifests;

internal sealed class ComposeMount
{
    public string Source { get; set; } = "";

    public string Target { get; set; } = "";
}
