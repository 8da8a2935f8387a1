.pragma library

// Outlines as SVG paths for MachinePicture, in its units.
//
// The desk stands in one-point perspective. A place on it is (x, y): y is where
// its depth falls on the paper (222 at the back edge, 312 at the front edge), x is
// measured along the front edge. What lies `lift` above the desk is drawn higher.
const eyeX = 220;
const eyeY = -100;
const frontY = 312;

function point(x, y, lift) {
    const near = (y - eyeY) / (frontY - eyeY);
    return (eyeX + (x - eyeX) * near).toFixed(2) + " " + (y - (lift || 0) * near).toFixed(2);
}

// A sheet lying on the desk, with corners of radius r.
function sheet(left, right, back, front, r, lift) {
    const p = (x, y) => point(x, y, lift);
    const d = r * (front - back) / (right - left);
    return "M" + p(left + r, back) + "L" + p(right - r, back) + "Q" + p(right, back) + " " + p(right, back + d)
        + "L" + p(right, front - d) + "Q" + p(right, front) + " " + p(right - r, front)
        + "L" + p(left + r, front) + "Q" + p(left, front) + " " + p(left, front - d)
        + "L" + p(left, back + d) + "Q" + p(left, back) + " " + p(left + r, back) + "z";
}

// A straight line on the desk from (x1, y) to (x2, y).
function stroke(x1, x2, y, lift) {
    return "M" + point(x1, y, lift) + "L" + point(x2, y, lift);
}

// An upright rectangle facing the viewer, with corners of radius r.
function box(x, y, width, height, r) {
    return "M" + (x + r) + " " + y + "h" + (width - 2 * r) + "a" + r + " " + r + " 0 0 1 " + r + " " + r
        + "v" + (height - 2 * r) + "a" + r + " " + r + " 0 0 1 " + -r + " " + r
        + "h" + (2 * r - width) + "a" + r + " " + r + " 0 0 1 " + -r + " " + -r
        + "v" + (2 * r - height) + "a" + r + " " + r + " 0 0 1 " + r + " " + -r + "z";
}

function circle(x, y, r) {
    return "M" + (x - r) + " " + y + "a" + r + " " + r + " 0 0 1 " + 2 * r + " 0a" + r + " " + r + " 0 0 1 " + -2 * r + " 0z";
}

// A QR-like pattern of `size` units: each string is a row, "1" a dark cell.
function cells(rows, x, y, size) {
    const side = size / rows.length;
    let path = "";
    rows.forEach((row, j) => {
        for (let i = 0; i < row.length; i++)
            if (row[i] === "1")
                path += "M" + (x + i * side) + " " + (y + j * side) + "h" + side + "v" + side + "h" + -side + "z";
    });
    return path;
}
