namespace Robustness.Reporting;

/// <summary>The style sheet of a page; its colours are those of the figures.</summary>
internal static class PageStyle
{
    public const string Css = """
        html{color-scheme:light dark;-webkit-text-size-adjust:100%}
        body{margin:0 auto;max-width:1120px;padding:0 16px 64px;background:var(--fig-paper);
        color:var(--fig-ink);font:16px/1.55 system-ui,-apple-system,Segoe UI,Roboto,Helvetica,
        Arial,sans-serif;overflow-wrap:break-word}
        h1{font-size:1.75rem;line-height:1.2;margin:32px 0 8px}
        h2{font-size:1.3rem;margin:48px 0 12px;padding-top:12px;
        border-top:1px solid var(--fig-grid)}
        h3{font-size:1.05rem;margin:28px 0 8px}
        p,ul{max-width:74ch;margin:0 0 12px}
        ul{padding-left:1.2em}
        li{margin-bottom:6px}
        a{color:var(--fig-c0)}
        .lead{font-size:1.08rem;color:var(--fig-mute)}
        .note{font-size:.9rem;color:var(--fig-mute)}
        nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin:16px 0;font-size:.95rem}
        .caption{font-size:.92rem;font-weight:600;margin:20px 0 4px}
        .scroll{overflow-x:auto;margin:0 0 20px;background:
        linear-gradient(to left,var(--fig-paper) 30%,transparent) right/40px 100% no-repeat local,
        radial-gradient(farthest-side at 100% 50%,var(--fig-mute),transparent)
        right/10px 100% no-repeat scroll}
        .scroll:focus-visible{outline:2px solid var(--fig-c0)}
        table{border-collapse:separate;border-spacing:0;font-size:.88rem;line-height:1.35}
        th,td{padding:5px 12px 5px 0;text-align:left;vertical-align:top;
        border-bottom:1px solid var(--fig-grid);white-space:nowrap}
        thead th{vertical-align:bottom;white-space:normal;border-bottom-color:var(--fig-mute);
        font-weight:600;min-width:4.5em}
        tbody th{font-weight:500;position:sticky;left:0;background:var(--fig-paper)}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        figure{margin:28px 0 36px}
        .panels{display:grid;gap:8px 16px;
        grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr))}
        .panels svg{width:100%;height:auto;max-width:560px}
        .single svg{max-width:720px}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:0 0 8px;
        max-width:none;font-size:.86rem}
        .legend li{display:flex;align-items:center;gap:6px;margin:0}
        .legend svg{flex:none}
        figcaption{font-size:.9rem;max-width:80ch;margin-top:6px}
        .files{color:var(--fig-mute)}
        pre{font:.84rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;
        background:color-mix(in srgb,var(--fig-grid) 45%,transparent);padding:10px 12px;
        margin:0 0 12px;
        overflow-x:auto;border-radius:4px}
        .pair{display:grid;gap:0 20px;
        grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr))}
        .pair .note{margin:0 0 4px}
        .prompt{white-space:pre-wrap;overflow-wrap:anywhere}
        .sign{color:var(--fig-mute)}
        .attack{color:var(--fig-c1);font-weight:600;text-decoration:underline;
        text-underline-offset:3px}
        .attack .sign{color:inherit}
        .good,.bad{border-left:4px solid var(--fig-c2);padding-left:12px}
        .bad{border-left-color:var(--fig-c1)}
        article{margin:20px 0 28px}
        @media (max-width:600px){body{font-size:15px}h1{font-size:1.45rem}
        th,td{padding-right:10px}}
        @media print{nav{display:none}body{max-width:none;font-size:11pt}
        figure,tr,article{break-inside:avoid}.scroll{overflow:visible}
        th,td{white-space:normal}}
        """;
}
